package postern.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The room table of docs/architecture.md, held against the code. */
class RoomRulesTest {
    private static final Set<String> FOUNDATION = Set.of("core", "store", "vault", "http");

    /** Who may use whom; a room may always use itself. */
    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    Map.entry("core", Set.of()),
                    Map.entry("fetch", Set.of("core")),
                    Map.entry("store", Set.of("core")),
                    Map.entry("vault", Set.of("core", "store")),
                    Map.entry("http", Set.of("core")),
                    Map.entry("access", FOUNDATION),
                    Map.entry("forge", with(FOUNDATION, "access")),
                    Map.entry("oauth", with(FOUNDATION, "access", "forge", "fetch")),
                    Map.entry("supervisor", Set.of("core")),
                    Map.entry("mcp", Set.of("core")),
                    Map.entry("bridge", with(FOUNDATION, "access", "supervisor", "mcp")));

    /** They put everything together and nobody uses them. */
    private static final Set<String> TOP = Set.of("app", "cli");

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("/testkit"))
                    .importPackages("postern");

    private static Set<String> with(Set<String> rooms, String... more) {
        var all = new java.util.HashSet<>(rooms);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    @Test
    void each_room_uses_only_what_the_table_allows() {
        List<String> broken = new ArrayList<>();
        for (JavaClass from : PRODUCT) {
            String room = room(from).orElseThrow();
            if (TOP.contains(room)) continue;
            Set<String> allowed = MAY_USE.get(room);
            if (allowed == null) {
                broken.add(from.getName() + " is in a room that the table does not know");
                continue;
            }
            for (Dependency use : from.getDirectDependenciesFromSelf()) {
                Optional<String> target = room(use.getTargetClass());
                if (target.isEmpty() || target.get().equals(room)) continue;
                if (!allowed.contains(target.get())) broken.add(use.getDescription());
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void no_rooms_form_a_cycle() {
        // app and cli are one program in two rooms: the commands read the settings, Main starts
        // them
        slices().matching("postern.(*)..")
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        JavaClass.Predicates.resideInAPackage("postern.app.."),
                        JavaClass.Predicates.resideInAPackage("postern.cli.."))
                .check(PRODUCT);
    }

    @Test
    void only_app_and_cli_have_a_system_clock_and_randomness() {
        List<String> broken = new ArrayList<>();
        for (JavaClass from : PRODUCT) {
            if (TOP.contains(room(from).orElseThrow())) continue;
            from.getMethodCallsFromSelf().stream()
                    .filter(call ->
                            call.getTarget().getFullName().startsWith("java.time.Instant.now(")
                                    || call.getTarget()
                                            .getFullName()
                                            .startsWith("java.time.InstantSource.system("))
                    .forEach(call -> broken.add(call.getDescription()));
            from.getConstructorCallsFromSelf().stream()
                    .filter(call ->
                            call.getTargetOwner().getName().equals("java.security.SecureRandom"))
                    .forEach(call -> broken.add(call.getDescription()));
        }
        assertEquals(List.of(), broken);
    }

    private static Optional<String> room(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith("postern.")) return Optional.empty();
        String rest = name.substring("postern.".length());
        int dot = rest.indexOf('.');
        return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
    }
}
