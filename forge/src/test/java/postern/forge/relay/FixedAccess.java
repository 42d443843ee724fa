package postern.forge.relay;

import postern.access.GrantId;
import postern.core.Secret;

/** A lease whose token never changes. */
record FixedAccess(long personId, boolean isReadOnly) implements RelayAccess {
    static final String GRANT = "AAAAAAAAAAAAAAAAAAAAAA";
    static final String ACCESS = "real-access-token";
    static final String REFRESH = "real-refresh-token";

    /** Of person 1. */
    FixedAccess(boolean isReadOnly) {
        this(1, isReadOnly);
    }

    @Override
    public GrantId grant() {
        return GrantId.parse(GRANT).orElseThrow();
    }

    @Override
    public RelayToken token() {
        return new RelayToken(1, Secret.ofUtf8(ACCESS), Secret.ofUtf8(REFRESH));
    }

    @Override
    public RelayToken renewed(RelayToken refused) {
        return refused;
    }

    @Override
    public void refused(RelayToken token) {
        throw new AssertionError("this test ends no grant");
    }
}
