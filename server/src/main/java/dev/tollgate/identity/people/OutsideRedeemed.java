package dev.tollgate.identity.people;

/** What came of an invitation's link that somebody took up with an account at an OpenID provider. */
public sealed interface OutsideRedeemed {
    /** The person is in, and the account is linked. */
    record Done(NewSession signedIn) implements OutsideRedeemed {}

    /** The link opens nothing. Whoever holds its text may know why. */
    record LinkOver(Redeemed.Reason reason) implements OutsideRedeemed {}

    /** The account belongs to somebody here; the link is still good. */
    record LinkedAlready() implements OutsideRedeemed {}

    /**
     * The provider names another email than the invitation; the link is still good.
     *
     * @param invited whom the invitation is for
     */
    record OtherEmail(String invited) implements OutsideRedeemed {}
}
