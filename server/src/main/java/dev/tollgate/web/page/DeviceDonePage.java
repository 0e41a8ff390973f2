package dev.tollgate.web.page;

/** The device has been connected, or turned away. */
public record DeviceDonePage(String app, boolean allowed) implements Page {
    @Override
    public String title() {
        return allowed ? "Your device is connected" : "Nothing was connected";
    }

    @Override
    public String template() {
        return "device-done";
    }
}
