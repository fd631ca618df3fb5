//! What operators send once more, for the audit log.

feira_kernel::acts!(
    MESSAGE_RESENT = "notification.message_resent" on "message",
);
