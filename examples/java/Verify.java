// Verifies one line of standard input, card_number TAB name, through JNA. The access key comes
// from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE, if set, lead to a sandbox.
import com.sun.jna.*;
import com.sun.jna.ptr.PointerByReference;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class Verify {
    static final NativeLibrary LIBRARY =
        NativeLibrary.getInstance("libbankmeta.so.0", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    static Function function(String name) { return LIBRARY.getFunction("bankmeta_" + name); }
    static int number(String name, Object... arguments) { return function(name).invokeInt(arguments); }
    static String text(String name, Object argument) { return function(name).invokeString(new Object[] {argument}, false); }

    public static void main(String[] none) throws IOException {
        String[] person = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine().split("\t");
        PointerByReference client = new PointerByReference(), answer = new PointerByReference(), error = new PointerByReference();
        PointerByReference config = new PointerByReference(function("config_new").invokePointer(new Object[0]));
        Map<String, String> options = new LinkedHashMap<>(Map.of("credentials", "environment"));
        options.put("endpoint", System.getenv("BANKMETA_ENDPOINT"));
        options.put("ca_file", System.getenv("BANKMETA_CA_FILE"));
        // 0 is BANKMETA_OK; nothing is called after a failure.
        boolean good = options.entrySet().stream().allMatch(option -> option.getValue() == null
                || number("config_set", config.getValue(), option.getKey(), option.getValue(), error) == 0)
            && number("client_new", config.getValue(), client, error) == 0
            && number("verify", client.getValue(), person[0], person[1], null, null, answer, error) == 0;
        if (good) System.out.println(text("verdict_name", number("answer_verdict", answer.getValue()))
            + ", billed " + text("billed_name", number("answer_billed", answer.getValue())));
        else System.err.println(text("error_message", error.getValue()));
        function("error_free").invokeVoid(new Object[] {error});
        function("answer_free").invokeVoid(new Object[] {answer});
        function("client_free").invokeVoid(new Object[] {client});
        function("config_free").invokeVoid(new Object[] {config});
        System.exit(good ? 0 : 1);
    }
}
