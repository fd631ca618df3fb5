-- What the search knows of a product follows from its row, whoever writes that. Names are qualified,
-- because not all who write have the schema in their search path.
CREATE FUNCTION products_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name_plain := lower(extensions.unaccent(NEW.name));
    NEW.search := setweight(to_tsvector('catalog.feira', NEW.name), 'A') ||
                  setweight(to_tsvector('catalog.feira', concat_ws(' ', NEW.brand, array_to_string(NEW.tags, ' '))), 'B') ||
                  setweight(to_tsvector('catalog.feira', NEW.description), 'C');
    RETURN NEW;
END $$;
CREATE TRIGGER products_search BEFORE INSERT OR UPDATE OF name, description, brand, tags ON products
    FOR EACH ROW EXECUTE FUNCTION products_search();
