package postern.forge;

import postern.access.GrantId;
import postern.access.Person;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.relay.Relay;
import postern.forge.relay.RelayAccess;
import postern.forge.relay.RelayToken;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One child's way to Forgejo. Holds the grant's private key in memory until it is closed. */
final class ForgejoLease implements UpstreamLease, RelayAccess {
    private final Freshness freshness;
    private final Membership membership;
    private final LeaseKeys keys;
    private final boolean readOnly;
    private final Consumer<ForgejoLease> whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile OpenedSet current;
    private Relay.Entry entry;

    private ForgejoLease(
            Freshness freshness,
            Membership membership,
            LeaseKeys keys,
            boolean readOnly,
            OpenedSet current,
            Consumer<ForgejoLease> whenClosed) {
        this.freshness = freshness;
        this.membership = membership;
        this.keys = keys;
        this.readOnly = readOnly;
        this.current = current;
        this.whenClosed = whenClosed;
    }

    /** From here {@code close} owns {@code keys}. */
    static ForgejoLease open(
            Freshness freshness,
            Membership membership,
            LeaseKeys keys,
            boolean readOnly,
            OpenedSet first,
            Relay relay,
            Consumer<ForgejoLease> whenClosed) {
        var lease = new ForgejoLease(freshness, membership, keys, readOnly, first, whenClosed);
        lease.entry = relay.admit(lease);
        return lease;
    }

    Person person() {
        return keys.person();
    }

    boolean isClosed() {
        return closed.get();
    }

    boolean isCheckDue() {
        return membership.isDue(keys.person(), current);
    }

    @Override
    public Map<String, String> values() {
        return Map.of(
                "relay.url",
                entry.url().toString(),
                "user.login",
                keys.person().login(),
                "user.id",
                keys.person().upstreamId());
    }

    @Override
    public Map<String, Secret> secrets() {
        return Map.of("relay.token", entry.dummyToken());
    }

    @Override
    public byte[] forClient(byte[] line) {
        return entry.forClient(line);
    }

    @Override
    public GrantId grant() {
        return keys.grant();
    }

    @Override
    public long personId() {
        return keys.person().id();
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public RelayToken token() throws UpstreamRefused, UpstreamUnavailable {
        refuseClosed();
        return use(membership.checked(keys, freshness.fresh(keys, current)));
    }

    @Override
    public RelayToken renewed(RelayToken refused) throws UpstreamRefused, UpstreamUnavailable {
        refuseClosed();
        OpenedSet known = current;
        if (known.generation() != refused.generation()) return token();
        return use(membership.checked(keys, freshness.renewed(keys, known)));
    }

    @Override
    public void refused(RelayToken token) {
        OpenedSet known = current;
        if (known.generation() == token.generation()) freshness.refused(keys, known);
    }

    private RelayToken use(OpenedSet set) {
        current = set;
        return new RelayToken(
                set.generation(), set.tokens().accessToken(), set.tokens().refreshToken());
    }

    private void refuseClosed() throws UpstreamUnavailable {
        if (closed.get()) throw new UpstreamUnavailable("the lease is closed", null);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        try (keys) {
            entry.close();
        } finally {
            whenClosed.accept(this);
        }
    }
}
