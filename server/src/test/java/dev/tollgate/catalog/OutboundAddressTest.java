package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundAddressTest {
    @ParameterizedTest
    @CsvSource({
        "https://api.example.org,                       https://api.example.org",
        "https://api.example.org/,                      https://api.example.org",
        "https://api.example.org/v1,                    https://api.example.org",
        "https://api.example.org/v1/,                   https://api.example.org",
        "https://api.example.org/v1beta,                https://api.example.org",
        "http://192.168.1.20:8000/v1,                   http://192.168.1.20:8000",
        "https://host.example/openai,                   https://host.example/openai",
        "https://host.example/openai/v1/,               https://host.example/openai",
        "https://host.example/v1/gateway,               https://host.example/v1/gateway",
        "https://host.example/av1,                      https://host.example/av1",
        "HTTPS://API.Example.ORG/Path,                  https://api.example.org/Path",
        "https://api.example.org:443,                   https://api.example.org",
        "https://api.example.org.,                      https://api.example.org",
        "http://localhost:11434,                        http://localhost:11434",
        "http://127.0.0.1:1,                            http://127.0.0.1:1",
        "http://[::1]:8080/v1,                          http://[::1]:8080",
        "http://[fd12:3456::1],                         http://[fd12:3456::1]",
        "https://[2606:4700::1111],                     https://[2606:4700::1111]",
        "'  https://api.example.org  ',                 https://api.example.org",
    })
    void cleansWhatPeopleType(String typed, String cleaned) {
        assertEquals(URI.create(cleaned), OutboundAddress.clean(typed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.example.org",
                "localhost:11434",
                "ftp://api.example.org",
                "file:///etc/passwd",
                "jar:https://x.example!/y",
                "https:///v1",
                "https://",
                "https://user:secret@api.example.org",
                "https://user@api.example.org",
                "https://a@b@api.example.org",
                "https://api.example.org?key=1",
                "https://api.example.org/#v1",
                "https://api.example.org:0",
                "https://api.example.org:65536",
                "https://api.example.org:x",
                "https://api.example.org/a/../b",
                "https://api.example.org/a//b",
                "https://api.example.org/%2e%2e/b",
                "https://api.example.org/a b",
                "https://api.example.org/v1\nHost: x",
                "https://api.example.org\\@evil.example",
                "https://api.example.org/v1/chat/completions",
                "https://api.example.org/v1/messages",
            })
    void refusesWhatIsNoBaseUrl(String typed) {
        Refusal refusal = assertThrows(Refusal.class, () -> OutboundAddress.clean(typed));
        assertEquals(Refusal.Kind.INVALID, refusal.kind());
        assertFalse(refusal.cure().isEmpty());
    }

    @Test
    void neverRepeatsAPasswordThatStoodInTheAddress() {
        for (String typed : new String[] {"https://u:hunter2@x.example", "ftp://u:hunter2@x", "https://u:hunter2@[x"}) {
            Refusal refusal = assertThrows(Refusal.class, () -> OutboundAddress.clean(typed));
            assertFalse((refusal.text() + refusal.cure()).contains("hunter2"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://2130706433/", // 127.0.0.1 as one number
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://127.1/",
                "https://127.0.0.01/",
                "https://0x7f.0.0.1/",
                "https://1.2.3.256/",
                "https://1.2.3.4.5/",
                "https://[::ffff:10.0.0.1]/",
                "https://[::ffff:a00:1]/",
                "https://[::10.0.0.1]/",
                "https://[fe80::1%25eth0]/",
                "https://[2001:db8::1%25eth0]/",
                "https://１２７.0.0.1/",
            })
    void refusesFormsThatHideTheAddress(String typed) {
        assertThrows(Refusal.class, () -> OutboundAddress.clean(typed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://8.8.8.8",
                "http://172.32.0.1",
                "http://100.128.0.1",
                "http://[2606:4700::1111]",
                "http://169.254.169.254/latest",
                "https://169.254.169.254",
                "https://0.0.0.0",
                "https://224.0.0.1",
                "https://255.255.255.255",
                "https://[::]",
                "https://[ff02::1]",
                "https://[fe80::1]",
                "https://[fd00:ec2::254]",
            })
    void refusesAddressesThatAreNoPlaceForAProvider(String typed) {
        Refusal refusal = assertThrows(Refusal.class, () -> OutboundAddress.clean(typed));
        assertTrue(refusal.text().contains("not a place that Tollgate calls"), refusal.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.0.9",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "100.64.0.1",
                "::1",
                "fc00::1",
                "fdff::1"
            })
    void reachesThisMachineAndPrivateNetworksInTheClear(String literal) {
        assertTrue(
                OutboundAddress.objection(InetAddress.ofLiteral(literal), false).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "172.15.0.1",
                "172.32.0.1",
                "192.169.0.1",
                "11.0.0.1",
                "100.63.0.1",
                "100.128.0.1",
                "2606:4700::1111",
                "64:ff9b::808:808"
            })
    void reachesPublicNetworksOnlyEncrypted(String literal) {
        assertTrue(
                OutboundAddress.objection(InetAddress.ofLiteral(literal), true).isEmpty());
        assertTrue(
                OutboundAddress.objection(InetAddress.ofLiteral(literal), false).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "169.254.0.1",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::2",
                "::7f00:1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "2002:a9fe:a9fe::",
                "2001::1",
                "64:ff9b::a9fe:a9fe"
            })
    void neverReachesMetadataLinkLocalMulticastOrNowhere(String literal) {
        assertTrue(
                OutboundAddress.objection(InetAddress.ofLiteral(literal), true).isPresent());
        assertFalse(OutboundAddress.permits(InetAddress.ofLiteral(literal)));
    }

    @Test
    void judgesEveryAddressThatANameHas() {
        HostLookup oneBad = host ->
                new InetAddress[] {InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("169.254.169.254")};
        HostLookup fine = host -> new InetAddress[] {InetAddress.ofLiteral("93.184.216.34")};
        URI address = URI.create("https://api.example.org");
        assertThrows(Refusal.class, () -> OutboundAddress.check(address, oneBad));
        assertDoesNotThrow(() -> OutboundAddress.check(address, fine));
        assertThrows(Refusal.class, () -> OutboundAddress.check(URI.create("http://api.example.org"), fine));
    }

    @Test
    void acceptsANameThatDoesNotResolveOnlyOverHttps() {
        HostLookup away = host -> {
            throw new UnknownHostException(host);
        };
        assertDoesNotThrow(() -> OutboundAddress.check(URI.create("https://api.example.org"), away));
        assertThrows(Refusal.class, () -> OutboundAddress.check(URI.create("http://llama"), away));
    }
}
