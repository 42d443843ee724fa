package postern.testkit.program;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Command lines for the programs of this module, with the running JDK. */
public final class JavaProgram {
    private JavaProgram() {}

    /** Starts quickly and stays small, because tests start many. */
    public static List<String> command(Class<?> main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The few places this module is loaded from; a test's whole class path is much longer. */
    public static String classPath() {
        var places = new LinkedHashSet<String>();
        for (Class<?> needed :
                List.of(
                        JavaProgram.class,
                        com.fasterxml.jackson.databind.ObjectMapper.class,
                        com.fasterxml.jackson.core.JsonFactory.class,
                        com.fasterxml.jackson.annotation.JsonProperty.class)) {
            try {
                URL place = needed.getProtectionDomain().getCodeSource().getLocation();
                places.add(Path.of(place.toURI()).toString());
            } catch (URISyntaxException impossible) {
                throw new IllegalStateException("class path with an odd name", impossible);
            }
        }
        return String.join(System.getProperty("path.separator"), places);
    }
}
