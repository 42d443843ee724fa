package postern.supervisor;

/** Keeps the children, which may run as our own user, out of this process. */
public final class SelfProtection {
    private SelfProtection() {}

    /**
     * Hides our environment and memory from other processes of our user (prctl(2),
     * PR_SET_DUMPABLE). Debuggers and {@code jcmd} of that user cannot attach any more either.
     *
     * @return false where that cannot be had
     */
    public static boolean hideFromOwnUser() {
        return Libc.load().map(Libc::becomeUndumpable).orElse(false);
    }
}
