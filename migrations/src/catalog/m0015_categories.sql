-- Whoever changes a category names the version that she saw.
ALTER TABLE categories ADD COLUMN version bigint NOT NULL DEFAULT 1;
-- What a category is called in a language, where that is not its name: {"pt-BR": "Cozinha"}.
ALTER TABLE categories ADD COLUMN names jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(names) = 'object');
-- Those that every marketplace began with, unless they have another name by now.
UPDATE categories c SET names = jsonb_build_object('pt-BR', seed.portuguese)
FROM (VALUES
    ('Fashion', 'Moda'),
    ('Electronics', 'Eletrônicos'),
    ('Home and Garden', 'Casa e jardim'),
    ('Beauty and Health', 'Beleza e saúde'),
    ('Food and Drink', 'Alimentos e bebidas'),
    ('Sports and Leisure', 'Esporte e lazer'),
    ('Books and Crafts', 'Livros e artesanato'),
    ('Toys and Baby', 'Brinquedos e bebês'),
    ('Clothing', 'Roupas'),
    ('Shoes', 'Calçados'),
    ('Accessories', 'Acessórios'),
    ('Phones', 'Celulares'),
    ('Computers', 'Computadores'),
    ('Kitchen', 'Cozinha'),
    ('Decoration', 'Decoração'),
    ('Coffee', 'Café')
) AS seed (english, portuguese)
WHERE c.name = seed.english AND c.id::text LIKE '01990000-0000-7000-8000-%';
