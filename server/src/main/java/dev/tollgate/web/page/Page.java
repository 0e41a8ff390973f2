package dev.tollgate.web.page;

/** The content of one page. Texts in it are shown as text: a template escapes whatever it is given. */
public sealed interface Page
        permits AccessPage,
                AccountPage,
                AddPasskeyPage,
                AuthenticatorPage,
                ChangeAccessPage,
                ConfirmPage,
                ConsentPage,
                ContinuePage,
                DeviceConfirmPage,
                DeviceDonePage,
                DevicePage,
                ErrorPage,
                FirstRunPage,
                InvitationPage,
                NewDevicePage,
                PasswordPage,
                RecoveryCodePage,
                RecoveryCodesPage,
                SessionsPage,
                SetPasswordPage,
                SignInPage,
                SignedOutPage,
                TotpPage {

    /** The page's heading, and its title before the product's name. */
    String title();

    /** The template's name in {@code src/main/jte}, without its ending. */
    String template();

    /** The HTTP status that goes with it. */
    default int status() {
        return 200;
    }

    /** What is wrong with the form that was sent, so that the title can say so first (WCAG 3.3.1). */
    default Problems problems() {
        return Problems.NONE;
    }
}
