package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.kernel.Refusal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole addresses, such as those of webhooks, and which of them are on the internet. */
class WholeAddressTest {
    @ParameterizedTest
    @CsvSource({
        "https://hooks.example.org/services/T0/B0/x, https://hooks.example.org/services/T0/B0/x",
        "'  https://Hooks.Example.org:443/a?b=c%20d&e=f ', https://hooks.example.org/a?b=c%20d&e=f",
        "https://hooks.example.org, https://hooks.example.org",
        "https://hooks.example.org/v1/messages, https://hooks.example.org/v1/messages",
        "http://127.0.0.1:9000/, http://127.0.0.1:9000/"
    })
    void pathAndQueryStay(String typed, String cleaned) {
        assertEquals(URI.create(cleaned), OutboundAddress.cleanWhole(typed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h/CANARY",
                "https:///CANARY",
                "https://u:CANARY@h/",
                "https://h/CANARY#x",
                "https://0x7f000001/CANARY",
                "https://127.1/CANARY",
                "https://2130706433/CANARY",
                "https://169.254.169.254/CANARY",
                "https://[::ffff:169.254.169.254]/CANARY",
                "https://[fe80::1%25eth0]/CANARY",
                "https://h:0/CANARY",
                "https://h:70000/CANARY",
                "https://h/CANARY\r\nx: y",
                "https://h /CANARY",
                "javascript:CANARY"
            })
    void whatIsNotToBeCalledIsRefusedWithoutRepeatingIt(String typed) {
        Refusal refusal = assertThrows(Refusal.class, () -> OutboundAddress.cleanWhole(typed));
        assertFalse((refusal.text() + refusal.cure()).contains("CANARY"), refusal.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.31.0.1", "100.64.1.1", "169.254.1.1", "::1", "fc00::1",
                "fd12::1", "fe80::1", "fec0::1", "::", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1", "255.255.255.255"
            })
    void whatIsNotOnTheInternetIsNotPublic(String address) {
        assertFalse(OutboundAddress.isPublic(InetAddress.ofLiteral(address)));
        HostLookup lookup = host -> new InetAddress[] {InetAddress.ofLiteral(address)};
        assertThrows(
                Refusal.class,
                () -> OutboundAddress.checkPublic(URI.create("https://hooks.example.org/CANARY"), lookup));
    }

    @Test
    void httpIsNotPublicAndAnUnknownNameIsJudgedLater() {
        HostLookup open = host ->
                new InetAddress[] {InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("2606:4700::1")};
        HostLookup none = host -> {
            throw new UnknownHostException(host);
        };
        URI https = URI.create("https://hooks.example.org/");
        assertDoesNotThrow(() -> OutboundAddress.checkPublic(https, open));
        assertDoesNotThrow(() -> OutboundAddress.checkPublic(https, none));
        assertThrows(Refusal.class, () -> OutboundAddress.checkPublic(URI.create("http://hooks.example.org/"), open));
    }
}
