# Writes a product CSV in Shopify's format: awk -v store=A -v count=5000 -f products.awk
# Every word of a title is in one product of twenty, so that a search for it finds many.
BEGIN {
    split("amber azure black blue bronze copper coral cream crimson ebony emerald golden green grey indigo ivory lilac olive purple silver", colours)
    split("bamboo birch canvas ceramic clay cork cotton glass hemp iron jute leather linen marble oak paper silk steel walnut wool", materials)
    split("apron basket blanket bowl box candle chair clock cushion frame jar lamp mirror mug plate scarf shelf stool tray vase", things)
    split("Fashion|Electronics|Home and Garden|Beauty and Health|Food and Drink|Sports and Leisure|Books and Crafts|Toys and Baby", kinds, "|")
    body = "<p>Made in a small workshop, one piece after the other, so that no two are alike.</p>" \
           "<p>Wipe it with a damp cloth, keep it out of the sun, and it will last for many years. " \
           "It comes in recycled card with a note on who made it and when. " \
           "If it is not what you hoped for, send it back within seven days.</p>"
    print "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Status"
    for (n = 0; n < count; n++) {
        colour = colours[n % 20 + 1]
        material = materials[int(n / 20) % 20 + 1]
        thing = things[(n * 7 + int(n / 400)) % 20 + 1]
        handle = sprintf("bench-%s-%05d", tolower(store), n)
        title = sprintf("%s %s %s %s%05d", toupper(substr(colour, 1, 1)) substr(colour, 2), material, thing, store, n)
        price = 10 + n % 190 + (n * 37) % 100 / 100
        printf "%s,%s,\"%s\",Workshop %d,%s,\"%s, %s\",true,Size,Small,%s-%05d-1,300,shopify,100000,deny,%.2f,active\n",
            handle, title, body, n % 50, kinds[n % 8 + 1], colour, material, store, n, price
        printf "%s,,,,,,,,Large,%s-%05d-2,500,shopify,100000,deny,%.2f,\n", handle, store, n, price + 5
    }
}
