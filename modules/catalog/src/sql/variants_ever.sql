-- How many variants product $1 has, with those that were archived.
SELECT count(*) FROM variants WHERE product_id = $1
