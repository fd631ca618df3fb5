-- What orders are looked for by, besides their numbers: to whom they go, the buyer's address for mail, and
-- the digits of the phone. The dictionary is named, so that what comes of the words does not depend on who
-- asks: the function is as immutable as an index needs it.
CREATE FUNCTION search_text(address jsonb, email text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(extensions.unaccent('extensions.unaccent'::regdictionary,
        coalesce(address ->> 'recipient', '') || '|' || email || '|'
        || regexp_replace(coalesce(address ->> 'phone', ''), '\D', '', 'g')));
