namespace DurableRouter.Core.Definitions;

/// <summary>What <c>webhooks.yaml</c> says: who may decide by signed messages, who is told, and where callbacks may go.</summary>
/// <param name="PublicUrl">What links in messages are built on; null: where the host listens.</param>
/// <param name="Callbacks">Null: no run may have one.</param>
public sealed record WebhookConfig(Uri? PublicUrl, IReadOnlyList<WebhookSource> Sources, IReadOnlyList<WebhookReceiver> Receivers,
    CallbackPolicy? Callbacks)
{
    public static readonly WebhookConfig None = new(null, [], [], null);

    public bool Sends => Receivers.Count > 0 || Callbacks is not null;
}

/// <summary>A system whose signed messages decide approvals in the name of persons that it knows.</summary>
/// <param name="Name">Stands in each vote as <c>webhook:NAME</c>.</param>
/// <param name="Groups">Whose approvals it may decide; empty: anybody's.</param>
public sealed record WebhookSource(string Name, SecretNames Secrets, IReadOnlyList<string> Groups);

/// <summary>Who is told of approvals.</summary>
/// <param name="Name">Stands in the outbox: renaming it gives up what is on its way.</param>
/// <param name="Groups">Of which groups' approvals; empty: of all.</param>
/// <param name="Approvers">For each of these persons the message holds a one-time link.</param>
/// <param name="Private">Addresses of the own network are allowed, and http too.</param>
public sealed record WebhookReceiver(string Name, Uri Url, SecretNames Secrets, IReadOnlyList<string> Groups, IReadOnlyList<string> Approvers,
    bool Private)
{
    public bool Hears(string group) => Groups.Count == 0 || Groups.Contains(group);
}

/// <summary>Where the callbacks of runs may go.</summary>
public sealed record CallbackPolicy(SecretNames Secrets, IReadOnlyList<AllowedHost> Hosts)
{
    /// <returns>Null when callers may not choose this address.</returns>
    public AllowedHost? Find(Uri url) => Hosts.FirstOrDefault(h => h.Admits(url));
}

/// <summary>Names of the environment variables that hold <c>whsec_</c> secrets: several while one replaces another.</summary>
/// <param name="Place">File and line, for messages.</param>
public sealed record SecretNames(IReadOnlyList<string> Variables, string Place);
