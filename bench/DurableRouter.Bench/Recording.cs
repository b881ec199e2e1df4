using System.Net;
using System.Text.Json;

namespace DurableRouter.Bench;

/// <summary>One run of the product against an endpoint that thinks, to learn the requests that a run makes and good answers to them.</summary>
static class Recording
{
    /// <summary>Writes <c>replies.json</c> (role to answer) and <c>bodies.json</c> (the requests, in order).</summary>
    public static async Task MakeAsync(string folder)
    {
        using var endpoint = new HttpListener();
        var port = FreePort();
        endpoint.Prefixes.Add($"http://127.0.0.1:{port}/");
        endpoint.Start();
        var bodies = new List<string>();
        var replies = new Dictionary<string, string>();
        var serving = Task.Run(async () =>
        {
            while (endpoint.IsListening)
            {
                var context = await endpoint.GetContextAsync();
                using var document = await JsonDocument.ParseAsync(context.Request.InputStream);
                var answer = await Workload.AnswerAsync(document.RootElement);
                bodies.Add(document.RootElement.GetRawText());
                var system = document.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
                replies[system.Split('\n')[0]["Step role: ".Length..].Trim()] = answer;
                var reply = JsonSerializer.SerializeToUtf8Bytes(new
                {
                    id = "chatcmpl-bench",
                    @object = "chat.completion",
                    model = "bench-model",
                    choices = new[] { new { index = 0, message = new { role = "assistant", content = answer }, finish_reason = "stop" } },
                    usage = new { prompt_tokens = 900, completion_tokens = answer.Length / 4, total_tokens = 900 + (answer.Length / 4) },
                });
                context.Response.ContentType = "application/json";
                context.Response.ContentLength64 = reply.Length;
                await context.Response.OutputStream.WriteAsync(reply);
                context.Response.Close();
            }
        });
        var config = Path.Combine(folder, "config-recording");
        Workload.WriteConfig(config, port);
        using (var product = await Product.StartAsync(config, Directory.CreateDirectory(Path.Combine(folder, "data-recording")).FullName))
        {
            await product.RunAsync();
        }

        endpoint.Stop();
        await Task.WhenAny(serving);
        if (bodies.Count != 4)
        {
            throw new InvalidOperationException($"a run of the bench document should make four calls, it made {bodies.Count}");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "bodies.json"), $"[{string.Join(',', bodies)}]");
        await File.WriteAllTextAsync(Path.Combine(folder, "replies.json"), JsonSerializer.Serialize(replies));
    }

    static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
