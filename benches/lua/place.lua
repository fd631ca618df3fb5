-- Only POST /checkouts, of the carts that `fill.lua` made; each is bought once.
local buying = dofile(os.getenv("BENCH_SCRIPTS") .. "/buying.lua")
local next_cart = 1

function init()
    local carts = buying.bench.lines("carts." .. number)
    local place = {
        expect = 201,
        request = function(flow)
            flow.cart, flow.token, flow.total = carts[next_cart]:match("^(%S+) (%S+) (.+)$")
            return buying.steps.checkout.request(flow)
        end,
        take = buying.steps.checkout.take,
    }
    buying.bench.flow({ place })
    local take_answer = response
    function response(status, all, body)
        take_answer(status, all, body)
        next_cart = next_cart + 1
        if next_cart > #carts then
            next_cart = #carts
            wrk.thread:stop()
        end
    end
end

done = buying.bench.done_flows
