-- What the simulated provider does for an order that is paid by an approved card: one charge, asked
-- of it as the payment module does. The answer says that it is captured; no webhook follows.
local bench = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local HEADERS = {
    ["Content-Type"] = "application/json",
    Authorization = "Bearer " .. os.getenv("FEIRA_PAYMENTS__PROVIDERS__SANDBOX__API_KEY"),
}
local BODY = '{"method":"card","token":"tok_approved","amount":19990,"currency":"BRL",' ..
    '"description":"Order","expires_at":"2100-01-01T00:00:00Z"}'

function init()
    local charge = {
        expect = 201,
        request = function(flow)
            HEADERS["Idempotency-Key"] = string.format("bench-%d-%.0f", number, flow.started)
            return wrk.format("POST", "/sandbox/v1/charges", HEADERS, BODY)
        end,
        take = function(_, body)
            local status = body:match('"status":"([^"]+)"')
            if status ~= "captured" then return "the charge is " .. tostring(status) end
        end,
    }
    bench.flow({ charge })
end

done = bench.done_flows
