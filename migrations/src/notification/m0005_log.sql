-- That it was sent says the message itself; the log has the attempts that failed.
DROP INDEX notification_logs_sent_once;
