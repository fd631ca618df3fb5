-- What is in the account $1, in minor units: what was sent to it, less what came back and what its holder took.
SELECT (coalesce(sum(t.amount - t.reversed), 0) - coalesce(max(a.withdrawn), 0))::bigint
FROM accounts a LEFT JOIN transfers t ON t.account_id = a.id WHERE a.id = $1
