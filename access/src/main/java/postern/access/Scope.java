package postern.access;

import postern.core.Check;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a grant or token allows: reading, or reading and writing. Writing includes reading. */
public record Scope(Set<Right> rights) {
    /** One scope value of RFC 6749 section 3.3. */
    public enum Right {
        READ("mcp:read"),
        WRITE("mcp:write");

        private final String value;

        Right(String value) {
            this.value = value;
        }

        public String value() {
            return value;
        }
    }

    public static final Scope READ_ONLY = new Scope(EnumSet.of(Right.READ));
    public static final Scope FULL = new Scope(EnumSet.of(Right.READ, Right.WRITE));

    public Scope {
        Check.that(!rights.isEmpty(), "scope", "must not be empty");
        rights = Set.copyOf(rights);
        if (rights.contains(Right.WRITE)) rights = Set.of(Right.READ, Right.WRITE);
    }

    /**
     * The scope that space-separated values name, or empty when one is unknown or there is none.
     */
    public static Optional<Scope> parse(String text) {
        boolean writes = false;
        for (String word : text.split(" ", -1)) {
            if (word.equals(Right.WRITE.value)) writes = true;
            else if (!word.equals(Right.READ.value)) return Optional.empty();
        }
        return Optional.of(writes ? FULL : READ_ONLY);
    }

    public boolean covers(Scope other) {
        return rights.containsAll(other.rights);
    }

    public boolean isReadOnly() {
        return !rights.contains(Right.WRITE);
    }

    /** The values in a fixed order, separated by a space. */
    @Override
    public String toString() {
        return isReadOnly() ? Right.READ.value : Right.READ.value + ' ' + Right.WRITE.value;
    }
}
