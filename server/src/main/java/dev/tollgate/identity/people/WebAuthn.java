package dev.tollgate.identity.people;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticatorTransport;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import dev.tollgate.identity.people.PasskeyTable.Kept;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passkeys' ceremonies (Web Authentication Level 3, sections 7.1 and 7.2) by webauthn4j: user verification is required, no
 * attestation is asked for, an iframe elsewhere is refused. Loaded at the first passkey, for it takes some 100 ms.
 */
final class WebAuthn {
    static final List<Long> ALGORITHMS = List.of(
            COSEAlgorithmIdentifier.EdDSA.getValue(),
            COSEAlgorithmIdentifier.ES256.getValue(),
            COSEAlgorithmIdentifier.RS256.getValue());

    private static final List<PublicKeyCredentialParameters> PARAMETERS = ALGORITHMS.stream()
            .map(algorithm -> new PublicKeyCredentialParameters(
                    PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(algorithm)))
            .toList();

    private static final Logger LOG = LoggerFactory.getLogger(WebAuthn.class);
    private static final int LONGEST = 64 * 1024;

    /** A response that is well formed; nothing of it is proven. */
    record Registration(RegistrationData data, String challenge) {}

    /** A response that is well formed; nothing of it is proven. */
    record Assertion(AuthenticationData data, String credentialId, String userHandle, String challenge) {}

    /** What is kept of a credential that has been proven. */
    record Credential(String id, String data, String transports, long signCount, boolean backupAble) {}

    /** What an assertion has shown. */
    sealed interface Proof {
        record Holds(long signCount) implements Proof {}

        record Fails() implements Proof {}

        /** The counter went back: somebody has a copy of the key (section 6.1.1). */
        record Cloned() implements Proof {}
    }

    private final ObjectConverter converter = new ObjectConverter();
    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(converter);
    private final AttestedCredentialDataConverter credentials = new AttestedCredentialDataConverter(converter);

    /** {@code null} if it is not the JSON of a registration. */
    @Nullable
    Registration readRegistration(String json) {
        if (json.length() > LONGEST) {
            return null;
        }
        try {
            RegistrationData data = manager.parseRegistrationResponseJSON(json);
            String challenge = challenge(data.getCollectedClientData());
            return challenge == null ? null : new Registration(data, challenge);
        } catch (RuntimeException e) {
            noteRefusal(e);
            return null;
        }
    }

    /** {@code null} if it is not the JSON of an assertion by a discoverable credential. */
    @Nullable
    Assertion readAssertion(String json) {
        if (json.length() > LONGEST) {
            return null;
        }
        try {
            AuthenticationData data = manager.parseAuthenticationResponseJSON(json);
            String challenge = challenge(data.getCollectedClientData());
            byte[] id = data.getCredentialId();
            byte[] userHandle = data.getUserHandle();
            if (challenge == null || id == null || userHandle == null) {
                return null;
            }
            return new Assertion(
                    data, Texts.ENCODER.encodeToString(id), new String(userHandle, StandardCharsets.UTF_8), challenge);
        } catch (RuntimeException e) {
            noteRefusal(e);
            return null;
        }
    }

    /** Strangers send these bytes: whatever a library throws at them, they are no passkey's. */
    private static void noteRefusal(RuntimeException why) {
        LOG.debug("A passkey's response was refused: {}", why.getClass().getName());
    }

    private static @Nullable String challenge(@Nullable CollectedClientData client) {
        return client == null
                ? null
                : Texts.ENCODER.encodeToString(client.getChallenge().getValue());
    }

    private static ServerProperty server(RelyingParty party, String challenge) {
        return ServerProperty.builder()
                .origin(new Origin(party.origin()))
                .rpId(party.id())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    /** Section 7.1; {@code null} if anything does not hold. */
    @Nullable
    Credential verify(Registration registration, RelyingParty party) {
        RegistrationData data = registration.data;
        try {
            manager.verify(
                    data, new RegistrationParameters(server(party, registration.challenge), PARAMETERS, true, true));
        } catch (RuntimeException e) {
            noteRefusal(e);
            return null;
        }
        AuthenticatorData<?> authenticator = data.getAttestationObject().getAuthenticatorData();
        AttestedCredentialData credential = authenticator.getAttestedCredentialData();
        if (credential == null) {
            return null;
        }
        return new Credential(
                Texts.ENCODER.encodeToString(credential.getCredentialId()),
                Texts.ENCODER.encodeToString(credentials.convert(credential)),
                transports(data.getTransports()),
                authenticator.getSignCount(),
                authenticator.isFlagBE());
    }

    /** Those that the standard names; others could carry anything into our pages. */
    private static String transports(@Nullable Set<AuthenticatorTransport> claimed) {
        List<AuthenticatorTransport> known = Arrays.asList(
                AuthenticatorTransport.USB,
                AuthenticatorTransport.NFC,
                AuthenticatorTransport.BLE,
                AuthenticatorTransport.SMART_CARD,
                AuthenticatorTransport.HYBRID,
                AuthenticatorTransport.INTERNAL);
        Set<String> transports = new TreeSet<>();
        for (AuthenticatorTransport transport : known) {
            if (claimed != null && claimed.contains(transport)) {
                transports.add(transport.getValue());
            }
        }
        return String.join(" ", transports);
    }

    /** Section 7.2. */
    @SuppressWarnings("NullAway") // its parameters that may be null do not say so
    Proof verify(Assertion assertion, Kept passkey, RelyingParty party) {
        CredentialRecordImpl record = new CredentialRecordImpl(
                new NoneAttestationStatement(),
                true,
                passkey.info().synced(),
                null,
                passkey.signCount(),
                credentials.convert(Texts.DECODER.decode(passkey.credential())),
                null,
                null,
                null,
                null);
        try {
            manager.verify(
                    assertion.data,
                    new AuthenticationParameters(server(party, assertion.challenge), record, null, true, true));
            return new Proof.Holds(assertion.data.getAuthenticatorData().getSignCount());
        } catch (MaliciousCounterValueException e) {
            return new Proof.Cloned();
        } catch (RuntimeException e) {
            noteRefusal(e);
            return new Proof.Fails();
        }
    }
}
