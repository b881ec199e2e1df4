// Private endpoints in one subnet, each registered in the DNS zones of its service. The zones stand in the same resource group.
type endpoint = {
  name: string
  @description('The resource that is reached.')
  targetId: string
  @description('Which of its services: blob, table, account ...')
  group: string
  zones: string[]
}

param location string
param tags object
param subnetId string
param endpoints endpoint[]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for item in endpoints: {
    name: item.name
    location: location
    tags: tags
    properties: {
      subnet: {
        id: subnetId
      }
      privateLinkServiceConnections: [
        {
          name: item.name
          properties: {
            privateLinkServiceId: item.targetId
            groupIds: [item.group]
          }
        }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (item, index) in endpoints: {
    parent: privateEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: map(item.zones, zone => {
        name: replace(zone, '.', '-')
        properties: {
          privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zone)
        }
      })
    }
  }
]
