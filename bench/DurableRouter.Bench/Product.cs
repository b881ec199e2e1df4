using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Bench;

/// <summary>The product as its users run it: <c>serve</c> in its own process, started runs over HTTP, every shipped check on.</summary>
sealed class Product : IDisposable
{
    static readonly byte[] Completed = "\"runtimeStatus\":\"Completed\""u8.ToArray();
    readonly ChildProcess process;
    readonly HttpClient http;
    readonly string folder;
    string? expected;
    int runs;

    Product(ChildProcess process, HttpClient http, string folder)
    {
        this.process = process;
        this.http = http;
        this.folder = folder;
    }

    public double CpuMs => process.CpuMs;

    public double PeakMiB => process.PeakMiB;

    public long DiskBytes => Directory.EnumerateFiles(folder).Sum(f => new FileInfo(f).Length);

    public static async Task<Product> StartAsync(string config, string folder)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var process = ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, "durable-router.dll"),
            "serve", "--urls", url.ToString(), "--config", config, "--data", folder);
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };
        for (var left = 200; ; left--)
        {
            try
            {
                using var ready = await http.GetAsync("/readyz");
                if (ready.IsSuccessStatusCode)
                {
                    return new Product(process, http, folder);
                }
            }
            catch (HttpRequestException) when (left > 0)
            {
                // not listening yet
            }

            if (left <= 0)
            {
                process.Dispose();
                throw new InvalidOperationException("the product did not become ready; run `durable-router serve` with the same arguments to see why");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>One run from its start to its end. Every answer must say Completed; the first and each fiftieth are compared whole.</summary>
    public async Task RunAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/pipelines/document/runs");
        request.Content = new StringContent(Workload.Input, Encoding.UTF8, "application/json");
        request.Headers.Add("Prefer", "wait=60");
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (response.StatusCode != HttpStatusCode.OK || body.AsSpan().IndexOf(Completed) < 0)
        {
            throw new InvalidOperationException($"a run did not complete: {(int)response.StatusCode} {Encoding.UTF8.GetString(body)}");
        }

        if (Interlocked.Increment(ref runs) % 50 == 1)
        {
            using var document = JsonDocument.Parse(body);
            var output = document.RootElement.GetProperty("output").GetRawText();
            if (Interlocked.CompareExchange(ref expected, output, null) is { } first && first != output)
            {
                throw new InvalidOperationException($"two runs on the same input differ:\n{first}\n{output}");
            }
        }
    }

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
