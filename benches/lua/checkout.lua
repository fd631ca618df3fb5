-- A whole purchase: a cart, three lines of two stores, shipping, payment, order.
local buying = dofile(os.getenv("BENCH_SCRIPTS") .. "/buying.lua")
local steps = buying.steps

function init()
    buying.prepare()
    buying.bench.flow({ steps.cart, steps.item(1), steps.item(2), steps.item(3), steps.shipping, steps.checkout })
end

done = buying.bench.done_flows
