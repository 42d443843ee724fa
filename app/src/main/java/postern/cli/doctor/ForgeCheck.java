package postern.cli.doctor;

import java.util.function.Function;

/**
 * One thing that has to be right at the forge.
 *
 * @param name at most 18 characters
 */
record ForgeCheck(String name, Function<ForgeSeen, Finding> judge) {
    Line line(ForgeSeen seen) {
        return new Line(name, judge.apply(seen));
    }
}
