package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NoticeTypeTest {
    /** What a notice is called where it is raised: the first text that is given to it. */
    private static final Pattern RAISED = Pattern.compile("new Notice\\([^\";]*\"([a-z_]+\\.[a-z_.]+)\"");

    @Test
    void everyNoticeThatIsRaisedIsATypeThatCanBeAskedFor() throws IOException {
        Set<String> raised = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher found = RAISED.matcher(Files.readString(source));
                while (found.find()) {
                    raised.add(found.group(1));
                }
            }
        }
        Set<String> known =
                Arrays.stream(NoticeType.values()).map(NoticeType::kind).collect(Collectors.toSet());
        assertTrue(raised.contains("budget.node_lost"), "notices were found: " + raised);
        raised.remove("alert.test"); // goes to the one destination that is tested, whatever it asks for
        raised.removeAll(known);
        assertEquals(Set.of(), raised);
    }
}
