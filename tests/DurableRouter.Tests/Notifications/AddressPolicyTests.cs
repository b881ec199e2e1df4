using System.Net;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Tests.Notifications;

public class AddressPolicyTests
{
    [Theory]
    [InlineData("93.184.215.14", true, true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true, true)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("172.31.255.255", false, true)]
    [InlineData("192.168.0.1", false, true)]
    [InlineData("100.64.0.1", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("fd12:3456::1", false, true)]
    [InlineData("::ffff:127.0.0.1", false, true)]
    [InlineData("::ffff:93.184.215.14", true, true)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("168.63.129.16", false, false)]
    [InlineData("100.100.100.200", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("255.255.255.255", false, false)]
    [InlineData("192.0.2.1", false, false)]
    [InlineData("198.18.0.1", false, false)]
    [InlineData("64:ff9b::7f00:1", false, false)]
    [InlineData("2002:7f00:1::", false, false)]
    [InlineData("::127.0.0.1", false, false)]
    public void Address_IsAllowedWhere(string address, bool everywhere, bool inTheOwnNetwork) => Assert.Equal((everywhere, inTheOwnNetwork),
        (AddressPolicy.Allows(IPAddress.Parse(address), ownNetwork: false), AddressPolicy.Allows(IPAddress.Parse(address), ownNetwork: true)));
}
