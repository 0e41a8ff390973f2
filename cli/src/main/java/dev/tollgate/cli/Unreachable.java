package dev.tollgate.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;

/** Says in one line why the server could not be talked to, and what to do. */
final class Unreachable {
    private Unreachable() {}

    static Failure because(IOException fault, ServerAddress server) {
        String check = "Check " + ServerAddress.VARIABLE + ".";
        return switch (fault) {
            case HttpTimeoutException _, SocketTimeoutException _ ->
                failure(
                        server + " does not answer in time.",
                        "Look at the server's log, or check " + ServerAddress.VARIABLE + ".");
            case UnknownHostException _ -> failure("The name of " + server + " is not known.", check);
            case NoRouteToHostException _ -> failure("There is no way to " + server + ".", check);
            case ConnectException _ ->
                failure(
                        "No Tollgate runs at " + server + ".",
                        "Start it: ./tollgate serve (or set " + ServerAddress.VARIABLE + ", if it runs elsewhere).");
            case SSLException _ ->
                failure(
                        "The TLS connection to " + server + " failed: " + fault.getMessage(),
                        "Is its certificate for this name, and from an authority that Java trusts?");
            default ->
                failure(
                        "The connection to " + server + " broke off.",
                        "Does the server speak https there, or http? Its log says more.");
        };
    }

    private static Failure failure(String message, String cure) {
        return Failure.refused("unavailable", message, cure);
    }
}
