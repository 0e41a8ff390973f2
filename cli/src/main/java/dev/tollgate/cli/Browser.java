package dev.tollgate.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The person's web browser. */
final class Browser {
    private Browser() {}

    /** True where one can be on this screen: a shell on another machine has none, nor has one without a display. */
    static boolean isLikely(Surroundings surroundings) {
        boolean display = surroundings.variable("DISPLAY").isPresent()
                || surroundings.variable("WAYLAND_DISPLAY").isPresent();
        boolean remote = surroundings.variable("SSH_CONNECTION").isPresent()
                || surroundings.variable("SSH_TTY").isPresent();
        return display || (Programs.isMac() && !remote);
    }

    /** Tries to open a page; whether it did nobody can tell. */
    static void open(URI page, Surroundings surroundings) {
        Optional<Path> opener =
                Programs.isMac() ? Optional.of(Path.of("/usr/bin/open")) : Programs.find("xdg-open", surroundings);
        opener.ifPresent(program -> Programs.start(List.of(program.toString(), page.toString()), surroundings));
    }
}
