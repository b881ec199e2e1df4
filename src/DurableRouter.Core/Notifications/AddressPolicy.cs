using System.Net;

namespace DurableRouter.Core.Notifications;

/// <summary>Which addresses a message may be sent to. Ranges: the IANA special-purpose registries for IPv4 and IPv6.</summary>
static class AddressPolicy
{
    // Never, whatever the configuration says: link-local addresses and the fixed addresses at which clouds give out credentials.
    static readonly IPNetwork[] Forbidden = [.. Networks("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        "100.100.100.200/32", "192.0.0.192/32", "fe80::/10", "ff00::/8", "::/128", "fd00:ec2::/32", "fd20:ce::/32")];

    static readonly IPNetwork[] Own = [.. Networks("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7")];

    static readonly IPNetwork[] NotRouted = [.. Networks("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")];

    static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    /// <param name="ownNetwork">Loopback and private addresses are allowed too.</param>
    public static bool Allows(IPAddress address, bool ownNetwork)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (In(plain, Forbidden))
        {
            return false;
        }

        return In(plain, Own) ? ownNetwork
            : !In(plain, NotRouted) && (plain.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || PublicIPv6.Contains(plain));
    }

    static bool In(IPAddress address, IPNetwork[] networks) => Array.Exists(networks, network => network.Contains(address));

    static IEnumerable<IPNetwork> Networks(params string[] texts) => texts.Select(text => IPNetwork.Parse(text));
}
