-- A new guest's cart with one line.
local buying = dofile(os.getenv("BENCH_SCRIPTS") .. "/buying.lua")

function init()
    buying.prepare()
    buying.bench.flow({ buying.steps.cart, buying.steps.item(1) })
end

done = buying.bench.done_flows
