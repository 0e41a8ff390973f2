package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.bench.BenchException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SignInsUnderTestTest {
    @TempDir
    Path folder;

    @Test
    void everySignInIsInTheAuditTrailHoweverOftenOnePersonComes() {
        try (var signIns = SignInsUnderTest.forWarmUp(folder, 2)) {
            signIns.byPassword(5).forEach(Runnable::run);
            assertEquals(5, signIns.audited());
            signIns.passwordChecks(1).forEach(Runnable::run);
            signIns.assertions(3).forEach(Runnable::run);
            assertEquals(5, signIns.audited(), "parts of a sign-in are none");
            signIns.byPasskey(3).forEach(Runnable::run);
            assertEquals(8, signIns.audited());
        }
    }

    @Test
    void aSignInThatIsRefusedIsAnErrorAndNoFigure() {
        try (var signIns = SignInsUnderTest.open(folder, 1)) {
            signIns.byPassword(1).forEach(Runnable::run);
            List<Runnable> once = signIns.byPasskey(1);
            once.forEach(Runnable::run);
            assertThrows(BenchException.class, once.getFirst()::run, "its challenge is used");
        }
    }
}
