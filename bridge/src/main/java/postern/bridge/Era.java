package postern.bridge;

/**
 * Which family of MCP revisions a server speaks over stdio. Parsed now; in force with 2026-07-28.
 */
public enum Era {
    /** Up to 2025-11-25: begins with {@code initialize}. */
    LEGACY,
    /** 2026-07-28 and later: no handshake. */
    MODERN,
    /** Either; the client's era decides. */
    DUAL
}
