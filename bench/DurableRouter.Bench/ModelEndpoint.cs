using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Bench;

/// <summary>An OpenAI-compatible endpoint that costs next to nothing: plain sockets, canned replies by step role. It writes its port to
/// standard output, answers <c>GET /calls</c> with the number of calls, and ends with its parent's standard input.</summary>
static class ModelEndpoint
{
    /// <param name="repliesFile">A JSON object: role to the content that the model answers.</param>
    public static async Task<int> RunAsync(string repliesFile, int delayMs)
    {
        var replies = Replies(repliesFile);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = Task.Run(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(0);
        });
        var calls = new Counter();
        while (true)
        {
            var connection = await listener.AcceptAsync();
            connection.NoDelay = true;
            _ = ServeAsync(connection, replies, delayMs, calls);
        }
    }

    static List<(byte[] Marker, byte[] Response)> Replies(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.EnumerateObject().Select(role =>
        {
            var content = role.Value.GetString()!;
            var body = $$$"""
                {"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"bench-model","choices":[{"index":0,"message":{"role":"assistant","content":{{{JsonSerializer.Serialize(content)}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":900,"completion_tokens":{{{content.Length / 4}}},"total_tokens":{{{900 + (content.Length / 4)}}}}}
                """;
            var bytes = Encoding.UTF8.GetBytes(body);
            return (Encoding.ASCII.GetBytes($"Step role: {role.Name}"),
                (byte[])[.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\n\r\n"), .. bytes]);
        })];
    }

    static async Task ServeAsync(Socket connection, List<(byte[] Marker, byte[] Response)> replies, int delayMs, Counter calls)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        using (connection)
        {
            while (true)
            {
                int end;
                while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0 || filled < end + 4 + ContentLength(buffer.AsSpan(0, end)))
                {
                    if (filled == buffer.Length)
                    {
                        Array.Resize(ref buffer, buffer.Length * 2);
                    }

                    var read = await connection.ReceiveAsync(buffer.AsMemory(filled));
                    if (read == 0)
                    {
                        return;
                    }

                    filled += read;
                }

                var length = end + 4 + ContentLength(buffer.AsSpan(0, end));
                var response = Answer(buffer.AsSpan(0, length), replies, calls);
                buffer.AsSpan(length, filled - length).CopyTo(buffer);
                filled -= length;
                if (delayMs > 0)
                {
                    await Task.Delay(delayMs);
                }

                await connection.SendAsync(response);
            }
        }
    }

    static byte[] Answer(ReadOnlySpan<byte> request, List<(byte[] Marker, byte[] Response)> replies, Counter calls)
    {
        if (request.StartsWith("GET "u8))
        {
            var count = calls.Value.ToString();
            return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {count.Length}\r\n\r\n{count}");
        }

        calls.Increment();
        foreach (var (marker, response) in replies)
        {
            if (request.IndexOf(marker) >= 0)
            {
                return response;
            }
        }

        return "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    }

    static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "content-length:"u8;
        for (var at = 0; at < head.Length;)
        {
            var line = head[at..];
            var eol = line.IndexOf("\r\n"u8);
            line = eol < 0 ? line : line[..eol];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                return int.Parse(Encoding.ASCII.GetString(line[name.Length..]).Trim());
            }

            at += line.Length + 2;
        }

        return 0;
    }

    sealed class Counter
    {
        long value;

        public long Value => value;

        public void Increment() => Interlocked.Increment(ref value);
    }
}
