-- When the stores were paid last by the schedule.
SELECT ran_at FROM payout_schedule WHERE single
