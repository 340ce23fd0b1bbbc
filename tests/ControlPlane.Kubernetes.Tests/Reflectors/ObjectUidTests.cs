using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

public sealed class ObjectUidTests
{
    [Fact]
    public void Of_TextsOfManySorts_AreEqualExactlyWhenTheTextsAre()
    {
        string[] texts =
        [
            "", "a", "A", "00000000-0000-0000-0000-000000000000", "351550ff-8662-429e-a6d5-071f344da43e", "351550FF-8662-429E-A6D5-071F344DA43E",
            "351550ff-8662-429e-a6d5-071f344da43f", "{351550ff-8662-429e-a6d5-071f344da43e}", " 351550ff-8662-429e-a6d5-071f344da43e",
            "351550ff8662429ea6d5071f344da43e",
        ];
        foreach (var first in texts)
        {
            foreach (var second in texts)
                Assert.Equal(first == second, ObjectUid.Of(first) == ObjectUid.Of(new string(second)));
        }
    }
}
