package dev.tollgate.ledger;

/** The candidate that a call was sent to, and with which credential. */
public record Served(String provider, String model, String credentialId, String credentialName) {
    public Served {
        provider = Texts.clean(provider, 64);
        model = Texts.clean(model, 200);
        credentialId = Texts.clean(credentialId, 64);
        credentialName = Texts.clean(credentialName, 128);
    }
}
