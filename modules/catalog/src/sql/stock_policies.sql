-- How the stock of variants is counted: $1 the variants.
SELECT variant_id, stock_policy FROM inventory WHERE variant_id = ANY ($1::uuid[])
