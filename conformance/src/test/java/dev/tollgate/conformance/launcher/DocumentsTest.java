package dev.tollgate.conformance.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say of the files around them. Their commands are run by a test of their own. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern DEPENDENCY =
            Pattern.compile("<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");

    private static final Path ROOT = Checkout.projectRoot();

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            for (MatchResult link : matches(LINK, Files.readString(document))) {
                String target = link.group(1);
                if (target.startsWith("http:") || target.startsWith("https:")) {
                    continue;
                }
                links++;
                if (!exists(document, target)) {
                    broken.add(ROOT.relativize(document) + " → " + target);
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 20, "links were looked at: " + links);
    }

    @Test
    void everyDependencyOfThePomsIsListedWithItsReason() throws IOException {
        String listed = Files.readString(ROOT.resolve("docs/dependencies.md"));
        Set<String> missing = new TreeSet<>();
        int dependencies = 0;
        for (String module : List.of("dialects", "server", "cli", "conformance", "bench")) {
            for (MatchResult found :
                    matches(DEPENDENCY, Files.readString(ROOT.resolve(module).resolve("pom.xml")))) {
                dependencies++;
                if (!found.group(1).equals("dev.tollgate") && !listed.contains("`" + found.group(2) + "`")) {
                    missing.add(found.group(2));
                }
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(dependencies > 20, "dependencies were looked at: " + dependencies);
    }

    @Test
    void everyDecisionHasItsOwnNumber() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("docs/decisions"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            for (int i = 0; i < names.size(); i++) {
                assertTrue(names.get(i).startsWith(String.format(Locale.ROOT, "%04d-", i + 1)), names.toString());
            }
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (String folder : List.of("", "docs", "docs/decisions")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
            }
        }
        return documents;
    }

    private static boolean exists(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? document : document.resolveSibling(file);
        if (!Files.exists(path)) {
            return false;
        }
        return hash < 0 || anchors(Files.readString(path)).contains(target.substring(hash + 1));
    }

    /** As Git hosts make them: lower case, without punctuation, blanks as dashes. */
    private static Set<String> anchors(String text) {
        return matches(HEADING, text).stream()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }
}
