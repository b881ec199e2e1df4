using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace DurableRouter.Bench;

/// <summary>The floor: the same four calls with a bare <see cref="HttpClient"/>, and each step's result appended to one file and flushed to
/// the disk (one writer, group commit) before the next step. No schema, no checks, no retries, no ledger, no interface. Commands come on
/// standard input as <c>CONCURRENCY SECONDS</c>; each is answered by one line of JSON.</summary>
static class BareProgram
{
    /// <param name="bodiesFile">A JSON array of the request bodies, in order of the steps.</param>
    public static async Task<int> RunAsync(Uri endpoint, string bodiesFile, string folder)
    {
        byte[][] bodies;
        using (var document = JsonDocument.Parse(File.ReadAllBytes(bodiesFile)))
        {
            bodies = [.. document.RootElement.EnumerateArray().Select(b => Encoding.UTF8.GetBytes(b.GetRawText()))];
        }

        using var http = new HttpClient(new SocketsHttpHandler());
        using var log = new GroupLog(Path.Combine(folder, "bare.log"));
        var runs = 0;

        async Task OneRunAsync()
        {
            var run = Interlocked.Increment(ref runs);
            for (var step = 0; step < bodies.Length; step++)
            {
                using var content = new ByteArrayContent(bodies[step]);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await http.PostAsync(endpoint, content);
                response.EnsureSuccessStatusCode();
                using var reply = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
                var text = reply.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
                var usage = reply.RootElement.GetProperty("usage");
                await log.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(new
                {
                    run, step, text, input = usage.GetProperty("prompt_tokens").GetInt32(), output = usage.GetProperty("completion_tokens").GetInt32(), at = DateTime.UtcNow,
                }));
            }
        }

        while (await Console.In.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ');
            var (latencies, seconds) = await Load.RunAsync(int.Parse(parts[0]), double.Parse(parts[1]), OneRunAsync);
            latencies.Sort();
            Console.WriteLine(JsonSerializer.Serialize(new[]
            {
                latencies.Count, seconds, Load.Percentile(latencies, .5), Load.Percentile(latencies, .95), Load.Percentile(latencies, .99),
            }));
        }

        return 0;
    }

    sealed class GroupLog : IDisposable
    {
        readonly FileStream file;
        readonly Channel<(byte[] Line, TaskCompletionSource Done)> queue =
            Channel.CreateUnbounded<(byte[], TaskCompletionSource)>(new() { SingleReader = true });
        readonly Task loop;

        public GroupLog(string path)
        {
            file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            loop = Task.Run(LoopAsync);
        }

        public Task AppendAsync(byte[] line)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Writer.TryWrite((line, done));
            return done.Task;
        }

        public void Dispose()
        {
            queue.Writer.Complete();
            loop.Wait();
            file.Dispose();
        }

        async Task LoopAsync()
        {
            using var group = new MemoryStream();
            var waiting = new List<TaskCompletionSource>();
            while (await queue.Reader.WaitToReadAsync())
            {
                while (queue.Reader.TryRead(out var item))
                {
                    group.Write(item.Line);
                    group.WriteByte((byte)'\n');
                    waiting.Add(item.Done);
                }

                file.Write(group.GetBuffer(), 0, (int)group.Length);
                file.Flush(flushToDisk: true);
                group.SetLength(0);
                waiting.ForEach(done => done.SetResult());
                waiting.Clear();
            }
        }
    }
}
