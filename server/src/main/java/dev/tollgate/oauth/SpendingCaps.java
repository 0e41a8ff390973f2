package dev.tollgate.oauth;

/** Who sees to it that a grant spends no more than its person allows. */
public interface SpendingCaps {
    /** Nobody does: grants without caps, as in tests of tokens. */
    SpendingCaps NONE = new SpendingCaps() {
        @Override
        public void set(AccessGrant grant) {}

        @Override
        public void lift(AccessGrant grant) {}
    };

    /** In force when this returns; called before the first token of the grant is issued. Blocking. */
    void set(AccessGrant grant);

    /** The grant has ended. Blocking. */
    void lift(AccessGrant grant);
}
