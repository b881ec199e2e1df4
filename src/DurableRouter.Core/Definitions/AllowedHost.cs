namespace DurableRouter.Core.Definitions;

/// <summary>An entry of the operator's lists of where this host may connect to, beside the catalog.</summary>
/// <param name="Private">Addresses of the own network are allowed, and http too.</param>
public sealed record AllowedHost(string Host, int Port, bool Private)
{
    public bool Admits(Uri url) => url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && Host.Equals(url.IdnHost, StringComparison.OrdinalIgnoreCase) && Port == url.Port
        && (url.Scheme == "https" || (Private && url.Scheme == "http"));
}
