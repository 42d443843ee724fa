package postern.forge.relay;

/** Is told of each call of a session when it is over. */
@FunctionalInterface
public interface RelayListener {
    /** On the thread of the call, after its answer. Must not block and must not throw. */
    void called(RelayCall call);

    static RelayListener none() {
        return call -> {};
    }
}
