package postern.bridge.legacy;

/** Where a session stands. ENDED is final; a new session is a new object. */
enum SessionState {
    /** The child is being started, its client does not know the session's id yet. */
    OPENING,
    OPEN,
    /** Open for its client, without a child. */
    PARKED,
    /** The next child is being started. */
    WAKING,
    ENDED
}
