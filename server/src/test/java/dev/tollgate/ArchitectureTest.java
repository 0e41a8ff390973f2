package dev.tollgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may import whom, and whose types may stand where. The picture in docs/architecture.md is drawn from here. */
class ArchitectureTest {
    private static final String BASE = "dev.tollgate";
    private static final String ROOT = "(root)";

    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("kernel", Set.of()),
            Map.entry("dialects", Set.of()),
            Map.entry("alert", Set.of("kernel")),
            Map.entry("audit", Set.of("kernel")),
            Map.entry("ledger", Set.of("kernel")),
            Map.entry("identity", Set.of("kernel")),
            Map.entry("catalog", Set.of("kernel", "dialects")),
            Map.entry("vault", Set.of("kernel", "vault.open")),
            Map.entry("access", Set.of("identity", "catalog")),
            Map.entry("budget", Set.of("kernel", "ledger", "catalog", "identity", "audit")),
            Map.entry("routing", Set.of("kernel", "catalog", "vault")),
            Map.entry("upstream", Set.of("kernel", "routing", "catalog", "vault", "vault.open", "dialects")),
            Map.entry("vault.open", Set.of("kernel")),
            Map.entry("cache", Set.of("dialects")),
            Map.entry("telemetry", Set.of()),
            Map.entry("holdings", Set.of("budget", "kernel", "ledger")),
            Map.entry("settings", Set.of("kernel")),
            Map.entry("sim", Set.of("dialects")),
            Map.entry("front", Set.of("kernel")),
            Map.entry("web", Set.of("front", "kernel")),
            Map.entry("console", Set.of("front", "identity", "kernel", "upstream", "web")),
            Map.entry(
                    "oauth",
                    Set.of("budget", "catalog", "front", "identity", "kernel", "ledger", "upstream", "vault", "web")),
            Map.entry(
                    "gateway",
                    Set.of(
                            "front",
                            "holdings",
                            "access",
                            "budget",
                            "cache",
                            "catalog",
                            "dialects",
                            "identity",
                            "kernel",
                            "ledger",
                            "routing",
                            "settings",
                            "telemetry",
                            "upstream")),
            Map.entry(
                    "admin",
                    Set.of(
                            "front",
                            "alert",
                            "audit",
                            "budget",
                            "catalog",
                            "dialects",
                            "identity",
                            "kernel",
                            "ledger",
                            "settings",
                            "upstream",
                            "vault")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void roomsImportOnlyWhatTheHouseAllows() {
        Map<String, Set<String>> drawn = arrows();
        for (Map.Entry<String, Set<String>> room : drawn.entrySet()) {
            if (!room.getKey().equals(ROOT)) {
                Set<String> allowed = MAY_IMPORT.get(room.getKey());
                assertTrue(allowed != null, "A room that the house does not know: " + room.getKey());
                Set<String> excess = new TreeSet<>(room.getValue());
                excess.removeAll(allowed);
                assertEquals(Set.of(), excess, room.getKey() + " imports what it may not");
            }
        }
    }

    @Test
    void secretsInTheClearAreReachedByUpstreamAlone() {
        noClasses()
                .that()
                .resideInAPackage(BASE + "..")
                .and()
                .resideOutsideOfPackages(BASE + ".upstream..", BASE + ".renewal..", BASE + ".vault..", BASE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + ".vault.open..")
                .check(CLASSES);
    }

    @Test
    void httpStopsAtTheEntrancesAndUpstream() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + ".kernel..",
                        BASE + ".alert..",
                        BASE + ".audit..",
                        BASE + ".ledger..",
                        BASE + ".identity..",
                        BASE + ".catalog..",
                        BASE + ".vault..",
                        BASE + ".access..",
                        BASE + ".budget..",
                        BASE + ".cache..",
                        BASE + ".routing..",
                        BASE + ".settings..",
                        BASE + ".telemetry..",
                        BASE + ".dialects..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void sqlStaysWithItsOwners() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + ".gateway..",
                        BASE + ".admin..",
                        BASE + ".front..",
                        BASE + ".web..",
                        BASE + ".console..",
                        BASE + ".routing..",
                        BASE + ".upstream..",
                        BASE + ".access..",
                        BASE + ".cache..",
                        BASE + ".telemetry..",
                        BASE + ".sim..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.jdbi..")
                .check(CLASSES);
    }

    /** Run with {@code -Dtollgate.write=true} to draw the picture anew. */
    @Test
    void thePictureInTheDocumentsIsTheCode() throws IOException {
        Path page = Path.of("../docs/architecture.md");
        String text = Files.readString(page);
        int from = text.indexOf("```mermaid\n") + "```mermaid\n".length();
        int to = text.indexOf("```", from);
        String picture = picture();
        if (Boolean.getBoolean("tollgate.write")) {
            Files.writeString(page, text.substring(0, from) + picture + text.substring(to));
            return;
        }
        assertEquals(picture, text.substring(from, to), "Draw it anew: mvn test -pl server -Dtollgate.write=true");
    }

    private static String picture() {
        StringBuilder picture = new StringBuilder("graph TD\n");
        arrows().forEach((room, imports) -> {
            if (!room.equals(ROOT)) {
                imports.forEach(other -> picture.append("  ")
                        .append(room)
                        .append(" --> ")
                        .append(other)
                        .append('\n'));
            }
        });
        return picture.toString();
    }

    private static Map<String, Set<String>> arrows() {
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            String room = room(type);
            Set<String> imports = arrows.computeIfAbsent(room, name -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(BASE) && !room(target).equals(room)) {
                    imports.add(room(target));
                }
            }
        }
        return arrows;
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(BASE)) {
            return ROOT;
        }
        String rest = name.substring(BASE.length() + 1);
        if (rest.startsWith("vault.open")) {
            return "vault.open";
        }
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
