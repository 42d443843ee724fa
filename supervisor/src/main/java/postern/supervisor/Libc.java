package postern.supervisor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The two system calls that Java has no word for. Needs {@code --enable-native-access}. */
final class Libc {
    private static final int PR_SET_DUMPABLE = 4; // linux/prctl.h
    private static final int PR_SET_CHILD_SUBREAPER = 36; // linux/prctl.h
    private static final int WNOHANG = 1; // bits/waitflags.h

    private final MethodHandle prctl;
    private final MethodHandle waitpid;

    private Libc(MethodHandle prctl, MethodHandle waitpid) {
        this.prctl = prctl;
        this.waitpid = waitpid;
    }

    /** Empty where native access is denied or the functions are missing. */
    static Optional<Libc> load() {
        try {
            Linker linker = Linker.nativeLinker();
            SymbolLookup lookup = linker.defaultLookup();
            FunctionDescriptor prctlShape =
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG);
            FunctionDescriptor waitpidShape =
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT);
            return Optional.of(
                    new Libc(
                            linker.downcallHandle(
                                    lookup.findOrThrow("prctl"),
                                    prctlShape,
                                    Linker.Option.firstVariadicArg(1)),
                            linker.downcallHandle(lookup.findOrThrow("waitpid"), waitpidShape)));
        } catch (RuntimeException | LinkageError unavailable) {
            return Optional.empty();
        }
    }

    /**
     * From now on orphans among our descendants become our children instead of those of PID 1.
     *
     * @return false when the kernel refuses
     */
    boolean becomeSubreaper() {
        try {
            return (int) prctl.invokeExact(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) == 0;
        } catch (Throwable broken) {
            throw new IllegalStateException("prctl could not be called", broken);
        }
    }

    /**
     * From now on other processes of our user can neither attach to this one nor read its memory
     * and its environment. Lasts until it executes another program.
     *
     * @return false when the kernel refuses
     */
    boolean becomeUndumpable() {
        try {
            return (int) prctl.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
        } catch (Throwable broken) {
            throw new IllegalStateException("prctl could not be called", broken);
        }
    }

    /**
     * Takes an adopted zombie off the process table. Never for a process that the JDK started: its
     * exit status would be lost. Does not block.
     *
     * @return true when {@code pid} was a zombie child of ours and is gone
     */
    boolean reap(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            return (int) waitpid.invokeExact((int) pid, status, WNOHANG) == (int) pid;
        } catch (Throwable broken) {
            throw new IllegalStateException("waitpid could not be called", broken);
        }
    }
}
