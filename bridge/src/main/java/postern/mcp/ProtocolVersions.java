package postern.mcp;

import java.util.Set;

/** Revisions of the specification that we have heard of. */
public final class ProtocolVersions {
    public static final String LATEST_LEGACY = "2025-11-25";
    public static final String MODERN = "2026-07-28";

    /** Revisions that begin with {@code initialize}. */
    public static final Set<String> LEGACY =
            Set.of("2024-11-05", "2025-03-26", "2025-06-18", LATEST_LEGACY);

    private ProtocolVersions() {}

    public static boolean isKnown(String version) {
        return version.equals(MODERN) || LEGACY.contains(version);
    }
}
