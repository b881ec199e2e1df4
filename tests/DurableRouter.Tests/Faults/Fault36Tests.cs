using System.Net.Sockets;
using System.Text;
using DurableRouter.Tests.Approvals;

namespace DurableRouter.Tests.Faults;

/// <summary>Fault 36: senders so slow that they would keep connections for ever. The real server sends them away and serves the others meanwhile.</summary>
public sealed class Fault36Tests
{
    // Headers have ten seconds, a body that stands still has five.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("POST /api/pipelines/held/runs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "a")]
    [InlineData("POST /api/pipelines/held/runs HTTP/1.1\r\nHost: localhost\r\nx-functions-key: cleo-key\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", " ")]
    public async Task Fault36_SlowHeadersOrBody_AreCutOff_AndOthersAreServed(string begin, string drip)
    {
        await using var server = await ApprovalServer.StartAsync();
        using var limit = new CancellationTokenSource(Limit);
        using var slow = new TcpClient();
        await slow.ConnectAsync(server.Address.Host, server.Address.Port, limit.Token);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begin), limit.Token);
        var answer = ReadToEndAsync(stream, limit.Token);
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(200, limit.Token));
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(drip), limit.Token);
            }
            catch (IOException)
            {
                break; // cut off
            }
        }

        var said = await answer;
        Assert.True(said.Length == 0 || said.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), said);
        Assert.Equal(200, (await server.GetAsync("/readyz")).Status);
        Assert.Empty((await server.GetAsync("/api/runs", ApprovalServer.Root)).Json.GetProperty("value").EnumerateArray());
    }

    static async Task<string> ReadToEndAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var said = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                said.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // reset by the server
        }

        return said.ToString();
    }
}
