package postern.bridge.legacy;

import postern.supervisor.ChildExit;

/** Why a session ended, and what waiting calls are told. */
enum SessionEnd {
    CRASHED("the MCP server process ended unexpectedly, start a new session"),
    BROKE_LIMIT("the MCP server process broke a limit and was ended, start a new session"),
    START_BUDGET("the MCP server did not answer in time"),
    NOT_STARTED("the MCP server could not be started"),
    REFUSED_INITIALIZE("the MCP server refused to initialize"),
    DELETED("the session was ended by its client"),
    CLIENT_LEFT("the client left before the session began"),
    IDLE("the session was idle for too long, start a new session"),
    EVICTED("the session made room for a newer one, start a new session"),
    ENDED_BY_PERSON("the person ended the session, start a new one"),
    NOT_CHECKED("whether the person may still be here cannot be found out now, try again later"),
    GRANT_ENDED("the access was revoked, sign in again"),
    SHUTDOWN("the gateway is shutting down, try again in a moment");

    private final String text;

    SessionEnd(String text) {
        this.text = text;
    }

    /** Fixed English for clients. */
    String text() {
        return text;
    }

    /** For a child that ended without being asked by its session. */
    static SessionEnd of(ChildExit exit) {
        if (exit.requested()) return SHUTDOWN;
        if (exit.reason().startsWith("over the start budget")) return START_BUDGET;
        if (exit.reason().startsWith("line over")) return BROKE_LIMIT;
        return CRASHED;
    }
}
