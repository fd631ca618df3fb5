-- Carts that are ready to be bought, written down for `place.lua`: one file per thread.
local buying = dofile(os.getenv("BENCH_SCRIPTS") .. "/buying.lua")
local steps = buying.steps

function init()
    buying.prepare()
    local file = assert(io.open(os.getenv("BENCH_DIR") .. "/carts." .. number, "w"))
    file:setvbuf("line")
    local function keep(flow)
        file:write(flow.cart, " ", flow.token, " ", flow.total, "\n")
    end
    local all = { steps.cart, steps.item(1), steps.item(2), steps.item(3), steps.shipping }
    if os.getenv("BENCH_HOT") then
        all = { steps.cart, steps.item(1), steps.shipping }
    end
    buying.bench.flow(all, keep)
end

done = buying.bench.done_flows
