using System.Net;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Tests.Notifications;

public class GuardedHttpClientTests
{
    [Fact]
    public async Task NameThatPointsInside_IsNotConnectedTo_HoweverOftenItChanges()
    {
        await using var receiver = await Receiver.StartAsync();
        var answers = new Queue<IPAddress>([IPAddress.Loopback, IPAddress.Parse("::ffff:127.0.0.1"), IPAddress.Parse("169.254.169.254")]);
        using var client = new GuardedHttpClient((_, _) => Task.FromResult<IPAddress[]>([answers.Dequeue()]));

        while (answers.Count > 0)
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, $"http://hooks.example.com:{receiver.Url.Port}/", ownNetwork: false));
            Assert.Contains("no address that may be connected to", refused.ToString(), StringComparison.Ordinal);
        }

        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed_AndEveryRequestIsCheckedAnew()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => 302;
        using var client = new GuardedHttpClient();

        Assert.Equal(HttpStatusCode.Found, await SendAsync(client, receiver.Url.AbsoluteUri, ownNetwork: true));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, receiver.Url.AbsoluteUri, ownNetwork: false));
        Assert.Single(receiver.Messages);
    }

    static async Task<HttpStatusCode> SendAsync(GuardedHttpClient client, string url, bool ownNetwork)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        return await client.SendAsync(request, ownNetwork, CancellationToken.None);
    }
}
