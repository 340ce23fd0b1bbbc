using System.Globalization;
using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Tests.Resources;

public sealed class ValuePoolTests
{
    [Fact]
    public void Share_ManyValuesMoreThanItHolds_GivesEachItsEqualAndTheLastItsFirstCopy()
    {
        var pool = new ValuePool<string>();
        for (var i = 0; i < 20_000; i++)
        {
            var first = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(first, pool.Share(first));
            Assert.Same(first, pool.Share(i.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
